// Methods evaluated on a dataset, with the sentence that says so.
//
// $dataset: dataset; a name of the dataset; example CIFAR-10
// $limit: int = 200; at most this many rows
WITH toLower($dataset) AS wanted
MATCH (d:Dataset)
WHERE toLower(d.name) = wanted OR any(alias IN d.aliases WHERE toLower(alias) = wanted)
MATCH (m:Method)-[r:EVALUATED_ON]->(d)
MATCH (p:Paper) WHERE p.id = r.paper_id
RETURN m.name AS method, d.name AS dataset, p.year AS year, r.sentence AS sentence, p.id AS paper, p.title AS title
ORDER BY method, dataset, paper
LIMIT $limit
