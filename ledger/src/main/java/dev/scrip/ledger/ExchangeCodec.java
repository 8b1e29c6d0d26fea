package dev.scrip.ledger;

import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.ledger.ExchangeReply.Rest;
import dev.scrip.ledger.ExchangeReply.WalletSettled;
import dev.scrip.money.Money;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
        return digest(
                written(
                        out -> {
                            out.writeLong(exchange.incarnationId().getMostSignificantBits());
                            out.writeLong(exchange.incarnationId().getLeastSignificantBits());
                            out.writeInt(exchange.lane());
                            out.writeLong(exchange.number());
                            write(out, exchange.at());
                            out.writeInt(exchange.reports().size());
                            for (Exchange.LeaseReport report : exchange.reports()) {
                                write(out, report.pool());
                                out.writeLong(report.spent().nanos());
                                out.writeLong(report.returned().nanos());
                            }
                            out.writeInt(exchange.charges().size());
                            for (Exchange.ChargeOrder charge : exchange.charges()) {
                                write(out, charge);
                            }
                            out.writeInt(exchange.demands().size());
                            for (Exchange.LeaseDemand demand : exchange.demands()) {
                                write(out, demand.pool());
                                out.writeLong(demand.need().nanos());
                                out.writeLong(demand.want().nanos());
                                out.writeBoolean(demand.partial());
                                out.writeBoolean(demand.late());
                            }
                        }));
    }

    static byte[] encode(ExchangeReply reply) {
        return written(
                out -> {
                    out.writeInt(reply.leases().size());
                    for (LeaseState lease : reply.leases()) {
                        write(out, lease.pool());
                        writeShort(out, lease.granted().nanos());
                        writeShort(out, lease.spent().nanos());
                        writeShort(out, lease.returned().nanos());
                        writeShort(out, lease.rest().free().nanos());
                        writeShort(out, lease.rest().elsewhere().nanos());
                        writeShort(out, lease.rest().aside().nanos());
                        writeShort(out, lease.rest().charged().nanos());
                        Instant endsAt = lease.endsAt();
                        writeShort(out, endsAt == null ? 0 : micros(endsAt));
                        out.writeBoolean(lease.frozen());
                    }
                    out.writeInt(reply.wallets().size());
                    for (WalletSettled wallet : reply.wallets()) {
                        out.writeLong(wallet.organizationId());
                        writeShort(out, wallet.entryId());
                        writeShort(out, wallet.balanceBefore().nanos());
                    }
                });
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

    private static void write(DataOutputStream out, Exchange.ChargeOrder charge)
            throws IOException {
        Payer payer = charge.payer();
        out.writeLong(payer.organizationId());
        out.writeLong(payer.projectId());
        out.writeLong(payer.apiKeyId());
        out.writeLong(payer.memberId());
        String endUser = payer.endUser();
        out.writeBoolean(endUser != null);
        out.writeUTF(endUser == null ? "" : endUser);
        out.writeLong(charge.requestId());
        out.writeLong(charge.amount().nanos());
        out.writeInt(charge.shares().size());
        for (Exchange.Share share : charge.shares()) {
            out.writeLong(share.poolId());
            out.writeLong(share.held().nanos());
            write(out, share.heldAt());
        }
        write(out, charge.heldAt());
    }

    private static void write(DataOutputStream out, PoolId pool) throws IOException {
        out.writeLong(pool.organizationId());
        out.writeLong(pool.poolId());
    }

    private static void write(DataOutputStream out, Instant moment) throws IOException {
        out.writeLong(moment.getEpochSecond());
        out.writeInt(moment.getNano());
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
    private static void writeShort(DataOutputStream out, long value) throws IOException {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

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

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writing.to(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
