// Metrics in which results on a dataset are claimed, the most used first, each with the numbers and their sentences.
//
// $dataset: dataset; a name of the dataset; example ImageNet
// $limit: int = 200; at most this many rows
WITH toLower($dataset) AS wanted
MATCH (d:Dataset)
WHERE toLower(d.name) = wanted OR any(alias IN d.aliases WHERE toLower(alias) = wanted)
MATCH (p:Paper)-[:CLAIMS]->(c:Claim)-[:`ON`]->(d)
MATCH (c)-[:`IN`]->(x:Metric)
RETURN x.name AS metric, c.number AS number, c.claim_kind AS claim, d.name AS dataset, c.sentence AS sentence,
       p.id AS paper, p.title AS title
ORDER BY x.papers DESC, metric, paper, c.start
LIMIT $limit
