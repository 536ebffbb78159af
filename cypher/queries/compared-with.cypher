// What a method is compared with: baselines of papers that propose or use it, and methods of papers in which it is the
// baseline.
//
// $method: method; a name of the method; example BERT
// $limit: int = 200; at most this many rows
WITH toLower($method) AS wanted
MATCH (m:Method)
WHERE toLower(m.name) = wanted OR any(alias IN m.aliases WHERE toLower(alias) = wanted)
MATCH (m)<-[a:PROPOSES|USES|COMPARES_WITH]-(p:Paper)-[b:PROPOSES|COMPARES_WITH]->(o:Method)
WHERE m.id <> o.id AND (a.kind = 'COMPARES_WITH' OR b.kind = 'COMPARES_WITH')
RETURN o.name AS compared_with, m.name AS method,
       CASE WHEN b.kind = 'COMPARES_WITH' THEN 'baseline' ELSE 'proposed' END AS role, p.year AS year,
       CASE WHEN b.kind = 'COMPARES_WITH' THEN b.sentence ELSE a.sentence END AS sentence, p.id AS paper, p.title AS title
ORDER BY compared_with, method, paper
LIMIT $limit
