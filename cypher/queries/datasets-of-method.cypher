// Datasets that a method was evaluated on, with the sentence that says so.
//
// $method: method; a name of the method; example ResNet-50
// $limit: int = 200; at most this many rows
WITH toLower($method) AS wanted
MATCH (m:Method)
WHERE toLower(m.name) = wanted OR any(alias IN m.aliases WHERE toLower(alias) = wanted)
MATCH (m)-[r:EVALUATED_ON]->(d:Dataset)
MATCH (p:Paper) WHERE p.id = r.paper_id
RETURN d.name AS dataset, m.name AS method, p.year AS year, r.sentence AS sentence, p.id AS paper, p.title AS title
ORDER BY dataset, method, paper
LIMIT $limit
