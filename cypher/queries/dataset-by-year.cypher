// How many papers a year evaluate on a dataset, each year with one sentence that does.
//
// $dataset: dataset; a name of the dataset; example ImageNet
WITH toLower($dataset) AS wanted
MATCH (d:Dataset)
WHERE toLower(d.name) = wanted OR any(alias IN d.aliases WHERE toLower(alias) = wanted)
MATCH (q:Paper)-[:EVALUATES_ON]->(d)
WHERE q.year IS NOT NULL
WITH d, q.year AS year, count(DISTINCT q.id) AS papers, min(q.id) AS example
MATCH (p:Paper)-[r:EVALUATES_ON]->(d)
WHERE p.id = example
RETURN year, papers, d.name AS dataset, r.sentence AS sentence, p.id AS paper, p.title AS title
ORDER BY year DESC, dataset
