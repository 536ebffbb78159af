// Everything a paper says: its methods, datasets, metrics and tasks with their roles, in the order of its text.
//
// $paper: string; id of the paper, or words of its title; example 1706.03762
WITH toLower($paper) AS wanted
MATCH (p:Paper)
WHERE toLower(p.id) = wanted OR toLower(p.title) CONTAINS wanted
MATCH (p)-[r]->(e:Method|Dataset|Metric|Task)
RETURN r.kind AS role, e.kind AS kind, e.name AS name, r.confidence AS confidence, r.sentence AS sentence, p.id AS paper,
       p.title AS title
ORDER BY paper, r.start, kind, name
