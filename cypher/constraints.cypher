// What Neo4j needs before `kg` loads a graph; every statement can be run again at any time.
// `kg load` applies this file itself. After `neo4j-admin database import`, run it with cypher-shell.
//
// `_kg_graph` is the name of the graph (option --graph), which parts several graphs in one database from each other
// and all of them from your own nodes: a node or relationship without it is never matched, changed or removed.

// One node an id.
CREATE CONSTRAINT kg_paper_id IF NOT EXISTS FOR (n:Paper) REQUIRE (n._kg_graph, n.id) IS UNIQUE;
CREATE CONSTRAINT kg_method_id IF NOT EXISTS FOR (n:Method) REQUIRE (n._kg_graph, n.id) IS UNIQUE;
CREATE CONSTRAINT kg_dataset_id IF NOT EXISTS FOR (n:Dataset) REQUIRE (n._kg_graph, n.id) IS UNIQUE;
CREATE CONSTRAINT kg_metric_id IF NOT EXISTS FOR (n:Metric) REQUIRE (n._kg_graph, n.id) IS UNIQUE;
CREATE CONSTRAINT kg_task_id IF NOT EXISTS FOR (n:Task) REQUIRE (n._kg_graph, n.id) IS UNIQUE;
CREATE CONSTRAINT kg_claim_id IF NOT EXISTS FOR (n:Claim) REQUIRE (n._kg_graph, n.id) IS UNIQUE;

// One relationship an id.
CREATE CONSTRAINT kg_proposes_id IF NOT EXISTS FOR ()-[r:`PROPOSES`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_uses_id IF NOT EXISTS FOR ()-[r:`USES`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_compares_with_id IF NOT EXISTS FOR ()-[r:`COMPARES_WITH`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_mentions_id IF NOT EXISTS FOR ()-[r:`MENTIONS`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_introduces_id IF NOT EXISTS FOR ()-[r:`INTRODUCES`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_evaluates_on_id IF NOT EXISTS FOR ()-[r:`EVALUATES_ON`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_trains_on_id IF NOT EXISTS FOR ()-[r:`TRAINS_ON`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_measures_id IF NOT EXISTS FOR ()-[r:`MEASURES`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_addresses_id IF NOT EXISTS FOR ()-[r:`ADDRESSES`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_claims_id IF NOT EXISTS FOR ()-[r:`CLAIMS`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_evaluated_on_id IF NOT EXISTS FOR ()-[r:`EVALUATED_ON`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_of_id IF NOT EXISTS FOR ()-[r:`OF`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_over_id IF NOT EXISTS FOR ()-[r:`OVER`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_on_id IF NOT EXISTS FOR ()-[r:`ON`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_in_id IF NOT EXISTS FOR ()-[r:`IN`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;
CREATE CONSTRAINT kg_variant_of_id IF NOT EXISTS FOR ()-[r:`VARIANT_OF`]-() REQUIRE (r._kg_graph, r.id) IS UNIQUE;

// What the questions start from.
CREATE INDEX kg_method_name IF NOT EXISTS FOR (n:Method) ON (n.name);
CREATE INDEX kg_dataset_name IF NOT EXISTS FOR (n:Dataset) ON (n.name);
CREATE INDEX kg_metric_name IF NOT EXISTS FOR (n:Metric) ON (n.name);
CREATE INDEX kg_task_name IF NOT EXISTS FOR (n:Task) ON (n.name);
CREATE INDEX kg_paper_key IF NOT EXISTS FOR (n:Paper) ON (n.id);
CREATE INDEX kg_paper_year IF NOT EXISTS FOR (n:Paper) ON (n.year);
CREATE INDEX kg_claim_kind IF NOT EXISTS FOR (n:Claim) ON (n.claim_kind);

// Words of names: CALL db.index.fulltext.queryNodes('kg_names', 'attention') YIELD node, score
CREATE FULLTEXT INDEX kg_names IF NOT EXISTS
FOR (n:Paper|Method|Dataset|Metric|Task) ON EACH [n.name, n.aliases, n.title];
