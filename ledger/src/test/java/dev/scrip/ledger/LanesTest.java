package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.SqlColumns;
import dev.scrip.testing.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LanesTest {

    @Test
    void laneIsWhatPostgresComputes() {
        long[] ids =
                LongStream.concat(
                                LongStream.of(
                                        0,
                                        1,
                                        -1,
                                        2,
                                        42,
                                        Long.MAX_VALUE,
                                        Long.MIN_VALUE,
                                        Integer.MAX_VALUE,
                                        Integer.MIN_VALUE,
                                        1L << 32),
                                new Random(7).longs(5_000))
                        .toArray();
        List<Integer> inJava = new ArrayList<>();
        for (long id : ids) {
            inJava.add(Lanes.of(id));
        }
        try (Database database = TestPostgres.database()) {
            List<Integer> inSql =
                    database.read(
                            tx ->
                                    tx.createQuery(
                                                    """
                                                    SELECT ((hashint8(id)::bigint + 2147483648)
                                                        * :lanes) >> 32
                                                    FROM unnest(:ids::bigint[])
                                                        WITH ORDINALITY AS n (id, place)
                                                    ORDER BY place
                                                    """)
                                            .bind("lanes", Lanes.COUNT)
                                            .bind(
                                                    "ids",
                                                    SqlColumns.longs(
                                                            LongStream.of(ids).boxed().toList()))
                                            .mapTo(Integer.class)
                                            .list());
            assertThat(inJava).isEqualTo(inSql);
        }
        assertThat(inJava).doesNotContain(-1).contains(0, Lanes.COUNT - 1);
        assertThat(inJava.stream().distinct()).hasSize(Lanes.COUNT);
    }
}
