// The papers that introduce a method or a dataset, the earliest first.
//
// $name: string; a name of the method or dataset; example GSM8K
WITH toLower($name) AS wanted
MATCH (p:Paper)-[r:PROPOSES|INTRODUCES]->(e:Method|Dataset)
WHERE toLower(e.name) = wanted OR any(alias IN e.aliases WHERE toLower(alias) = wanted)
RETURN e.name AS name, e.kind AS kind, p.year AS year, r.confidence AS confidence, r.sentence AS sentence,
       p.id AS paper, p.title AS title
ORDER BY coalesce(p.year, 9999), confidence DESC, kind, paper
