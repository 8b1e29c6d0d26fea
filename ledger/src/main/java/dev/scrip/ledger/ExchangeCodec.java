package dev.scrip.ledger;

import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.ledger.ExchangeReply.Rest;
import dev.scrip.ledger.ExchangeReply.WalletSettled;
import dev.scrip.money.Money;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The hash that tells whether two messages are the same, and the compact form in which a reply is
 * kept: after a count, each number in as many bytes as it needs.
 */
final class ExchangeCodec {

    private static final int NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private ExchangeCodec() {}

    /**
     * The hash of all of a message, its time too: two copies of one process differ in nothing else
     * when both only ask for more.
     */
    static byte[] hash(Exchange exchange) {
        CanonicalBytes out =
                new CanonicalBytes()
                        .add(exchange.incarnationId().getMostSignificantBits())
                        .add(exchange.incarnationId().getLeastSignificantBits())
                        .add(exchange.lane())
                        .add(exchange.number());
        add(out, exchange.at());
        out.add(exchange.reports().size());
        for (Exchange.LeaseReport report : exchange.reports()) {
            add(out, report.pool())
                    .add(report.spent().nanos())
                    .add(report.returned().nanos())
                    .add(report.returnedSince().nanos())
                    .add(report.grantedBefore().nanos());
        }
        out.add(exchange.charges().size());
        for (Exchange.ChargeOrder charge : exchange.charges()) {
            add(out, charge);
        }
        out.add(exchange.demands().size());
        for (Exchange.LeaseDemand demand : exchange.demands()) {
            add(out, demand.pool())
                    .add(demand.need().nanos())
                    .add(demand.want().nanos())
                    .add(demand.partial())
                    .add(demand.late())
                    .add(demand.group());
        }
        return out.hash();
    }

    static byte[] encode(ExchangeReply reply) {
        CanonicalBytes out = new CanonicalBytes().add(reply.leases().size());
        for (LeaseState lease : reply.leases()) {
            Instant endsAt = lease.endsAt();
            add(out, lease.pool())
                    .addShort(lease.granted().nanos())
                    .addShort(lease.spent().nanos())
                    .addShort(lease.returned().nanos())
                    .addShort(lease.pinnedGranted().nanos())
                    .addShort(lease.rest().free().nanos())
                    .addShort(lease.rest().elsewhere().nanos())
                    .addShort(lease.rest().aside().nanos())
                    .addShort(lease.rest().charged().nanos())
                    .addShort(endsAt == null ? 0 : micros(endsAt))
                    .add(lease.frozen());
        }
        out.add(reply.wallets().size());
        for (WalletSettled wallet : reply.wallets()) {
            out.add(wallet.organizationId())
                    .addShort(wallet.entryId())
                    .addShort(wallet.balanceBefore().nanos());
        }
        return out.bytes();
    }

    /** The stored reply, as a repeated one. */
    static ExchangeReply decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int leaseCount = in.readInt();
            List<LeaseState> leases = new ArrayList<>(leaseCount);
            for (int i = 0; i < leaseCount; i++) {
                PoolId pool = new PoolId(in.readLong(), in.readLong());
                Money granted = Money.ofNanos(readShort(in));
                Money spent = Money.ofNanos(readShort(in));
                Money returned = Money.ofNanos(readShort(in));
                Money pinnedGranted = Money.ofNanos(readShort(in));
                Rest rest =
                        new Rest(
                                Money.ofNanos(readShort(in)),
                                Money.ofNanos(readShort(in)),
                                Money.ofNanos(readShort(in)),
                                Money.ofNanos(readShort(in)));
                long endsAt = readShort(in);
                leases.add(
                        new LeaseState(
                                pool,
                                granted,
                                spent,
                                returned,
                                pinnedGranted,
                                rest,
                                endsAt == 0 ? null : instant(endsAt),
                                in.readBoolean()));
            }
            int walletCount = in.readInt();
            List<WalletSettled> wallets = new ArrayList<>(walletCount);
            for (int i = 0; i < walletCount; i++) {
                wallets.add(
                        new WalletSettled(
                                in.readLong(), readShort(in), Money.ofNanos(readShort(in))));
            }
            return new ExchangeReply(true, leases, wallets);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void add(CanonicalBytes out, Exchange.ChargeOrder charge) {
        Payer payer = charge.payer();
        String endUser = payer.endUser();
        out.add(payer.organizationId())
                .add(payer.projectId())
                .add(payer.apiKeyId())
                .add(payer.memberId())
                .add(endUser != null)
                .add(endUser == null ? "" : endUser)
                .add(charge.requestId())
                .add(charge.amount().nanos())
                .add(charge.shares().size());
        for (Exchange.Share share : charge.shares()) {
            out.add(share.poolId()).add(share.held().nanos());
            add(out, share.heldAt());
        }
        add(out, charge.heldAt());
    }

    private static CanonicalBytes add(CanonicalBytes out, PoolId pool) {
        return out.add(pool.organizationId()).add(pool.poolId());
    }

    private static void add(CanonicalBytes out, Instant moment) {
        out.add(moment.getEpochSecond()).add(moment.getNano());
    }

    /** PostgreSQL keeps microseconds, so nothing is lost. */
    private static long micros(Instant moment) {
        return Math.addExact(
                Math.multiplyExact(moment.getEpochSecond(), MICROS_PER_SECOND),
                moment.getNano() / NANOS_PER_MICRO);
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND),
                Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO);
    }

    /** Seven bits a byte, the lowest first; the top bit says that more follow. */
    private static long readShort(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = in.readByte();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("a number of more than 64 bits");
    }
}
