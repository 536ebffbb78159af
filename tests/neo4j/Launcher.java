import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.configuration.connectors.ConnectorType;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.kernel.internal.GraphDatabaseAPI;

/**
 * A real Neo4j Community server on a free loopback port, with authentication, for the tests.
 *
 * <p>Arguments: an empty folder for its data, and the password to set. Prints {@code READY port version} when it takes
 * connections; a line {@code read-only} on standard input forbids writing. Stops when standard input ends, so it never
 * outlives the process that started it.
 */
public final class Launcher {
    public static void main(String[] arguments) throws Exception {
        DatabaseManagementService service = new DatabaseManagementServiceBuilder(Path.of(arguments[0]))
                .setConfig(GraphDatabaseSettings.auth_enabled, true)
                .setConfig(GraphDatabaseSettings.pagecache_memory, 64L << 20)
                .setConfig(GraphDatabaseSettings.memory_transaction_max_size, 12L << 20) // small, to test its end
                .setConfig(BoltConnector.enabled, true)
                .setConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", 0))
                .setConfig(BoltConnector.advertised_address, new SocketAddress("127.0.0.1", 0))
                .build();
        service.database("system")
                .executeTransactionally(
                        "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED", Map.of("password", arguments[1]));
        GraphDatabaseAPI database = (GraphDatabaseAPI) service.database("neo4j");
        int port = database.getDependencyResolver()
                .resolveDependency(ConnectorPortRegister.class)
                .getLocalAddress(ConnectorType.BOLT)
                .getPort();
        System.out.println("READY " + port + " " + org.neo4j.kernel.internal.Version.getNeo4jVersion());
        Config config = database.getDependencyResolver().resolveDependency(Config.class);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while ("read-only".equals(orders.readLine())) {
            config.setDynamic(GraphDatabaseSettings.read_only_databases, Set.of("neo4j"), "tests");
            System.out.println("DONE");
        }
        service.shutdown();
    }
}
