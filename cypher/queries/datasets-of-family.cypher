// Datasets that a method or any of its variants (sizes, versions) was evaluated on, with the sentence that says so.
//
// $method: method; a name of the family; example ResNet
// $limit: int = 200; at most this many rows
WITH toLower($method) AS wanted
MATCH (f:Method)
WHERE toLower(f.name) = wanted OR any(alias IN f.aliases WHERE toLower(alias) = wanted)
MATCH (m:Method)-[:VARIANT_OF*0..3]->(f)
MATCH (m)-[r:EVALUATED_ON]->(d:Dataset)
MATCH (p:Paper) WHERE p.id = r.paper_id
RETURN DISTINCT m.name AS method, d.name AS dataset, p.year AS year, r.sentence AS sentence, p.id AS paper,
       p.title AS title
ORDER BY method, dataset, paper
LIMIT $limit
