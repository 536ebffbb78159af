// The largest claimed speedups, also over one baseline. Factors come first, and a time that fell "from A to B" counts as
// the factor A/B; percentages follow.
//
// $baseline: method = ""; what it is faster than, empty for anything; example FlashAttention
// $limit: int = 20; at most this many rows
WITH toLower($baseline) AS wanted
MATCH (p:Paper)-[:CLAIMS]->(c:Claim)
WHERE c.claim_kind = 'speedup'
OPTIONAL MATCH (c)-[:OVER]->(b:Method)
WITH wanted, p, c, b
WHERE wanted = '' OR toLower(c.baseline) = wanted OR toLower(b.name) = wanted
   OR any(alias IN b.aliases WHERE toLower(alias) = wanted)
OPTIONAL MATCH (c)-[:OF]->(m:Method)
WITH p, c, b, m, CASE WHEN c.unit = 'x' THEN c.value
                      WHEN c.unit <> '%' AND c.value > 0.0 AND c.baseline_value > c.value THEN c.baseline_value / c.value
                      ELSE 0.0 END AS factor
RETURN c.value AS value, c.unit AS unit, c.baseline_value AS before, c.qualifier AS qualifier, m.name AS method,
       coalesce(b.name, c.baseline) AS baseline, p.year AS year, c.sentence AS sentence, p.id AS paper,
       p.title AS title
ORDER BY factor DESC, coalesce(c.unit, ''), c.value DESC, paper, c.start
LIMIT $limit
