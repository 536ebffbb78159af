// Claimed improvements on a dataset, the largest first, with what they are measured against; points before percentages.
//
// $dataset: dataset; a name of the dataset; example COCO
// $metric: metric = ""; a name of the metric, empty for all; example accuracy
// $limit: int = 50; at most this many rows
WITH toLower($dataset) AS wanted, toLower($metric) AS measure
MATCH (d:Dataset)
WHERE toLower(d.name) = wanted OR any(alias IN d.aliases WHERE toLower(alias) = wanted)
MATCH (p:Paper)-[:CLAIMS]->(c:Claim)-[:`ON`]->(d)
WHERE c.claim_kind = 'gain'
OPTIONAL MATCH (c)-[:`IN`]->(x:Metric)
WITH measure, d, p, c, x
WHERE measure = '' OR toLower(x.name) = measure OR any(alias IN x.aliases WHERE toLower(alias) = measure)
OPTIONAL MATCH (c)-[:OF]->(m:Method)
OPTIONAL MATCH (c)-[:OVER]->(b:Method)
RETURN c.value AS value, c.unit AS unit, x.name AS metric, m.name AS method,
       coalesce(b.name, c.baseline) AS baseline, d.name AS dataset, p.year AS year, c.sentence AS sentence,
       p.id AS paper, p.title AS title
ORDER BY CASE WHEN c.unit = 'points' THEN 0 WHEN c.unit = '%' THEN 1 ELSE 2 END, coalesce(c.unit, ''), c.value DESC,
         paper, c.start
LIMIT $limit
