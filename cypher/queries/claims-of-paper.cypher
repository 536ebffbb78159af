// Every number that a paper claims, in the order of its text.
//
// $paper: string; id of the paper, or words of its title; example 1706.03762
WITH toLower($paper) AS wanted
MATCH (p:Paper)
WHERE toLower(p.id) = wanted OR toLower(p.title) CONTAINS wanted
MATCH (p)-[:CLAIMS]->(c:Claim)
OPTIONAL MATCH (c)-[:OF]->(m:Method)
OPTIONAL MATCH (c)-[:OVER]->(b:Method)
OPTIONAL MATCH (c)-[:`ON`]->(d:Dataset)
OPTIONAL MATCH (c)-[:`IN`]->(x:Metric)
RETURN c.number AS number, c.claim_kind AS claim, c.value AS value, c.unit AS unit,
       m.name AS method, coalesce(b.name, c.baseline) AS baseline, d.name AS dataset,
       x.name AS metric, c.sentence AS sentence, p.id AS paper, p.title AS title
ORDER BY paper, c.start, claim, value
