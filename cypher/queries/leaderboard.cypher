// Claimed scores on a dataset, the best first. Scores of one metric and unit stand together; where a claim says that
// lower is better, the lowest comes first. Without a metric, every metric that has scores.
//
// $dataset: dataset; a name of the dataset; example CIFAR-10
// $metric: metric = ""; a name of the metric, empty for all; example accuracy
// $limit: int = 50; at most this many rows
WITH toLower($dataset) AS wanted, toLower($metric) AS measure
MATCH (d:Dataset)
WHERE toLower(d.name) = wanted OR any(alias IN d.aliases WHERE toLower(alias) = wanted)
MATCH (p:Paper)-[:CLAIMS]->(c:Claim)-[:`ON`]->(d)
WHERE c.claim_kind = 'score'
OPTIONAL MATCH (c)-[:`IN`]->(x:Metric)
WITH measure, d, p, c, x
WHERE measure = '' OR toLower(x.name) = measure OR any(alias IN x.aliases WHERE toLower(alias) = measure)
OPTIONAL MATCH (c)-[:OF]->(m:Method)
RETURN x.name AS metric, c.value AS value, c.unit AS unit, m.name AS method,
       d.name AS dataset, p.year AS year, c.sentence AS sentence, p.id AS paper, p.title AS title
ORDER BY CASE WHEN x.name IS NULL THEN 1 ELSE 0 END, coalesce(x.name, ''), coalesce(c.unit, ''),
         CASE WHEN c.direction = 'lower' THEN c.value ELSE -1.0 * c.value END, coalesce(m.name, ''), paper, c.start
LIMIT $limit
