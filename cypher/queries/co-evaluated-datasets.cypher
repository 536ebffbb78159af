// Datasets that are evaluated in the same papers as a dataset, the most frequent first, each with one such sentence.
//
// $dataset: dataset; a name of the dataset; example CIFAR-10
// $limit: int = 20; at most this many rows
WITH toLower($dataset) AS wanted
MATCH (d:Dataset)
WHERE toLower(d.name) = wanted OR any(alias IN d.aliases WHERE toLower(alias) = wanted)
MATCH (d)<-[:EVALUATES_ON]-(p:Paper)-[:EVALUATES_ON]->(o:Dataset)
WHERE d.id <> o.id
WITH d, o, count(DISTINCT p.id) AS papers, min(p.id) AS example
MATCH (e:Paper)-[r:EVALUATES_ON]->(o)
WHERE e.id = example
RETURN o.name AS dataset, papers, d.name AS together_with, r.sentence AS sentence, e.id AS paper, e.title AS title
ORDER BY papers DESC, dataset, paper, together_with
LIMIT $limit
