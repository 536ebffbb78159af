// Versions, sizes and splits of a method, dataset, metric or task, each with one sentence that names it.
//
// $name: string; a name of it; example LLaMA
WITH toLower($name) AS wanted
MATCH (e:Method|Dataset|Metric|Task)
WHERE toLower(e.name) = wanted OR any(alias IN e.aliases WHERE toLower(alias) = wanted)
MATCH (v:Method|Dataset|Metric|Task)-[:VARIANT_OF]->(e)
MATCH (q:Paper)-[]->(v)
WITH v, e, min(q.id) AS example
MATCH (p:Paper)-[r]->(v)
WHERE p.id = example
RETURN v.name AS variant, v.kind AS kind, v.papers AS papers, e.name AS base, r.sentence AS sentence, p.id AS paper,
       p.title AS title
ORDER BY papers DESC, variant, kind
