package dev.scrip.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes on one database make different ids, by the number that it gives each of them. */
class ProcessNumberTest {

    private static final Instant MOMENT = Instant.parse("2026-03-01T00:00:00Z");

    /** More than half of what fits beside one millisecond, so two without numbers must meet. */
    private static final int MORE_THAN_HALF = (1 << 21) + 1;

    @TempDir static Path home;
    private static EmbeddedPostgres server;
    private static Database database;

    @BeforeAll
    static void open() {
        server = EmbeddedPostgres.start(home, false);
        database = Database.open(server.address(2));
    }

    @AfterAll
    static void close() {
        database.close();
        server.close();
    }

    private static Connection connect() throws SQLException {
        DatabaseAddress address = server.address(2);
        return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
    }

    /** A program of its own: it shares no class, and so nothing static, with this one. */
    private static final class Program implements AutoCloseable {

        private final URLClassLoader classes;
        private final AutoCloseable opened;

        Program(DatabaseAddress address) throws Exception {
            classes = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(classes);
            try {
                Class<?> type = classes.loadClass(DatabaseAddress.class.getName());
                Object same =
                        type.getConstructor(String.class, String.class, String.class, int.class)
                                .newInstance(
                                        address.jdbcUrl(), address.user(), address.password(), 1);
                opened =
                        (AutoCloseable)
                                classes.loadClass(Database.class.getName())
                                        .getMethod("open", type)
                                        .invoke(null, same);
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        private static URL[] classPath() throws MalformedURLException {
            List<URL> urls = new ArrayList<>();
            for (String place :
                    System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                urls.add(new File(place).toURI().toURL());
            }
            return urls.toArray(URL[]::new);
        }

        long[] idsAt(Instant moment, int count)
                throws ClassNotFoundException,
                        NoSuchMethodException,
                        IllegalAccessException,
                        InvocationTargetException {
            Method at = classes.loadClass(Ids.class.getName()).getMethod("at", Instant.class);
            long[] ids = new long[count];
            for (int i = 0; i < count; i++) {
                ids[i] = (Long) at.invoke(null, moment);
            }
            return ids;
        }

        @Override
        public void close() throws Exception {
            opened.close();
            classes.close();
        }
    }

    @Test
    void twoProgramsNeverMakeTheSameId() throws Exception {
        try (Program one = new Program(server.address(1));
                Program other = new Program(server.address(1))) {
            long[] all = Arrays.copyOf(one.idsAt(MOMENT, MORE_THAN_HALF), 2 * MORE_THAN_HALF);
            System.arraycopy(
                    other.idsAt(MOMENT, MORE_THAN_HALF), 0, all, MORE_THAN_HALF, MORE_THAN_HALF);
            Arrays.sort(all);
            assertThat(Arrays.stream(all).distinct().count()).isEqualTo(all.length);
        }
    }

    @Test
    void manyAtOnceGetDifferentNumbers() {
        Set<Integer> numbers = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<Void>> opening = new ArrayList<>();
        for (int process = 0; process < 20; process++) {
            opening.add(CompletableFuture.runAsync(() -> numbers.add(taken())));
        }
        opening.forEach(CompletableFuture::join);
        assertThat(numbers).hasSize(20).doesNotContain(0);
    }

    private static int taken() {
        try (Connection connection = connect()) {
            ProcessNumber number = new ProcessNumber(taken -> {});
            number.hold(connection);
            return number.number();
        } catch (SQLException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void nobodyGetsANumberThatIsKept() throws SQLException {
        try (Connection connection = connect()) {
            ProcessNumber kept = new ProcessNumber(taken -> {});
            kept.hold(connection);
            int mine = kept.number();
            Set<Integer> others = new HashSet<>();
            for (int process = 0; process < 5_000; process++) {
                if (process % 4_000 == 0) {
                    kept.hold(connection);
                }
                ProcessNumber other = new ProcessNumber(taken -> {});
                other.hold(connection);
                others.add(other.number());
            }
            assertThat(kept.number()).isEqualTo(mine);
            assertThat(others).hasSize(4_094).doesNotContain(mine, 0);
        }
    }

    @Test
    void whoLostItsNumberTakesAnotherWithItsNextConnection() throws SQLException {
        HikariDataSource pool = (HikariDataSource) database.dataSource();
        int before = number(Ids.next());
        try (Connection connection = connect();
                var statement =
                        connection.prepareStatement(
                                "UPDATE process_number SET holder = NULL WHERE number = ?")) {
            statement.setInt(1, before);
            assertThat(statement.executeUpdate()).as("it is a handed-out number").isEqualTo(1);
        }
        pool.getHikariPoolMXBean().softEvictConnections();

        assertThat(
                        database.<Integer>read(
                                tx -> tx.createQuery("SELECT 1").mapTo(Integer.class).one()))
                .isEqualTo(1);
        assertThat(number(Ids.next())).isNotEqualTo(before);
    }

    private static int number(long id) {
        return (int) (id >> Ids.COUNTER_BITS) & ((1 << Ids.PROCESS_BITS) - 1);
    }
}
