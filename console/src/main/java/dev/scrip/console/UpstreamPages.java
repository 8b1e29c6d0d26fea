package dev.scrip.console;

import dev.scrip.gateway.Gateway;
import dev.scrip.gateway.UpstreamHealth;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;

/** How the upstreams are now, as this process sees them. */
@Path("/operator/upstreams")
@Needs(Access.OPERATOR)
@RunOnVirtualThread
class UpstreamPages {

    /**
     * An upstream with its state in words.
     *
     * @param badge "good", "soon" or "stop"
     * @param absent the models that it is not asked for now
     */
    record Row(UpstreamHealth upstream, String state, String badge, List<Absence> absent) {

        static Row of(UpstreamHealth upstream) {
            List<Absence> absent =
                    upstream.models().stream()
                            .filter(model -> model.state() != UpstreamHealth.State.ASKED)
                            .map(Absence::of)
                            .toList();
            return switch (upstream.state()) {
                case ASKED -> new Row(upstream, "Asked", "good", absent);
                case RETRY_AFTER -> new Row(upstream, "Asked to wait", "soon", absent);
                case FAILED -> new Row(upstream, "Failing", "stop", absent);
            };
        }

        public String runningMax() {
            return upstream.runningMax().isPresent()
                    ? "of " + upstream.runningMax().getAsInt()
                    : "";
        }

        public String models() {
            return String.join(
                    ", ", upstream.models().stream().map(UpstreamHealth.Model::name).toList());
        }
    }

    /** A model that is not asked for, and why. */
    record Absence(String model, String why) {

        static Absence of(UpstreamHealth.Model model) {
            return new Absence(
                    model.name(),
                    switch (model.state()) {
                        case ASKED -> "asked";
                        case RETRY_AFTER ->
                                "wants to be left alone, asked again " + in(model.left());
                        case FAILED -> "failed too often, tried again " + in(model.left());
                    });
        }

        private static String in(Duration left) {
            return left.isZero()
                    ? "by the next request"
                    : "in " + left.plusMillis(999).toSeconds() + " s";
        }
    }

    @CheckedTemplate(basePath = "")
    record OperatorUpstreams(List<Row> rows, int running, int waiting)
            implements TemplateInstance {}

    private final Gateway gateway;

    UpstreamPages(Gateway gateway) {
        this.gateway = gateway;
    }

    @GET
    public Response list() {
        List<UpstreamHealth> upstreams = gateway.upstreams();
        return Pages.show(
                new OperatorUpstreams(
                        upstreams.stream().map(Row::of).toList(),
                        upstreams.stream().mapToInt(UpstreamHealth::running).sum(),
                        upstreams.stream().mapToInt(UpstreamHealth::waiting).sum()));
    }
}
