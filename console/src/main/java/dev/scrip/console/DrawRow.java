package dev.scrip.console;

import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.RequestDraw;

/** What a request drew on one grant, in words. */
public record DrawRow(RequestDraw draw) {

    static DrawRow of(RequestDraw draw) {
        return new DrawRow(draw);
    }

    public String kind() {
        GrantKind kind = draw.kind();
        return kind == null ? "Borne by the operator" : GrantRow.name(kind);
    }
}
