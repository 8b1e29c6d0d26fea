package dev.scrip.alerts;

import dev.scrip.notifications.Mail;
import dev.scrip.notifications.Outbox;
import dev.scrip.postgres.Database;

/** Tells the operator by mail why a process turns requests away until a person acts. */
public final class Alarm {

    private final Database database;
    private final Outbox outbox;
    private final String operatorEmail;
    private final String node;
    private final String publicUrl;

    /**
     * @param node the name of this process
     * @param publicUrl where the mail's link leads; no slash at its end
     */
    public Alarm(
            Database database, Outbox outbox, String operatorEmail, String node, String publicUrl) {
        this.database = database;
        this.outbox = outbox;
        this.operatorEmail = operatorEmail;
        this.node = node;
        this.publicUrl = publicUrl;
    }

    /** Writes one mail for what happened. */
    public void raise(String what) {
        Mail mail =
                new Mail(
                        "requests_turned_away",
                        operatorEmail,
                        "Alarm: %s turns requests away".formatted(node),
                        """
                        %s

                        The log of %s has the details. All processes:   %s/operator/processes
                        """
                                .formatted(what, node, publicUrl));
        database.execute(tx -> outbox.send(tx, mail));
    }
}
