// Methods, datasets, metrics and tasks whose name or alias contains a text, the best known first, each with one sentence.
//
// $text: string; part of a name, in any case; example bert
// $limit: int = 50; at most this many rows
WITH toLower($text) AS wanted
MATCH (e:Method|Dataset|Metric|Task)
WHERE toLower(e.name) CONTAINS wanted OR any(alias IN e.aliases WHERE toLower(alias) CONTAINS wanted)
MATCH (q:Paper)-[]->(e)
WITH e, min(q.id) AS example
MATCH (p:Paper)-[r]->(e)
WHERE p.id = example
RETURN e.name AS name, e.kind AS kind, e.papers AS papers, r.sentence AS sentence, p.id AS paper, p.title AS title
ORDER BY papers DESC, name, kind, paper
LIMIT $limit
