// The largest claimed reductions of a resource or of an error: factors first, then percentages, then the rest.
//
// $resource: string = "memory"; a word for what is reduced (memory, parameters, error, cost …), empty for anything
// $limit: int = 20; at most this many rows
WITH toLower($resource) AS wanted
MATCH (p:Paper)-[:CLAIMS]->(c:Claim)
WHERE c.claim_kind = 'reduction'
OPTIONAL MATCH (c)-[:`IN`]->(x:Metric)
WITH wanted, p, c, x
WHERE wanted = '' OR toLower(c.text) CONTAINS wanted OR toLower(x.name) CONTAINS wanted
OPTIONAL MATCH (c)-[:OF]->(m:Method)
OPTIONAL MATCH (c)-[:OVER]->(b:Method)
RETURN c.value AS value, c.unit AS unit, x.name AS metric, m.name AS method,
       coalesce(b.name, c.baseline) AS baseline, p.year AS year, c.sentence AS sentence, p.id AS paper,
       p.title AS title
ORDER BY CASE WHEN c.unit = 'x' THEN 0 WHEN c.unit = '%' THEN 1 ELSE 2 END, coalesce(c.unit, ''), c.value DESC,
         paper, c.start
LIMIT $limit
