package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.identity.User;
import dev.scrip.organizations.NewOperatorKey;
import dev.scrip.organizations.OperatorKey;
import dev.scrip.organizations.OperatorKeys;
import dev.scrip.organizations.Organizations;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;

/** Keys of operators for the management API: made, shown once, listed, revoked. */
@Path("/operator/keys")
@RunOnVirtualThread
@Needs(Access.OPERATOR)
class OperatorKeyPages {

    /** A line of the list, with a name in place of an id. */
    record Row(OperatorKey key, String createdBy) {

        public boolean live() {
            return key.revokedAt() == null;
        }

        public String revokePath() {
            return "/operator/keys/" + key.id() + "/revoke";
        }
    }

    @CheckedTemplate(basePath = "")
    record OperatorKeyList(List<Row> rows, String name, String fault) implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record OperatorKeyCreated(NewOperatorKey created, String url) implements TemplateInstance {}

    private final OperatorKeys keys;
    private final Identity identity;
    private final Visitor visitor;
    private final ConsoleSettings settings;
    private final Flash flash;

    OperatorKeyPages(
            OperatorKeys keys,
            Identity identity,
            Visitor visitor,
            ConsoleSettings settings,
            Flash flash) {
        this.keys = keys;
        this.identity = identity;
        this.visitor = visitor;
        this.settings = settings;
        this.flash = flash;
    }

    @GET
    public Response list() {
        return Pages.show(new OperatorKeyList(rows(), "", ""));
    }

    /** The answer shows the secret, so it is the page itself and no redirect. */
    @POST
    public Response create(@FormParam("name") @DefaultValue("") String name) {
        Optional<String> fault = Organizations.nameFault(name);
        if (fault.isPresent()) {
            return Pages.refused(new OperatorKeyList(rows(), name, fault.get()));
        }
        NewOperatorKey created = keys.create(name, visitor.user().id());
        return Pages.show(new OperatorKeyCreated(created, settings.publicUrl()));
    }

    @POST
    @Path("{id}/revoke")
    public Response revoke(@PathParam("id") long keyId) {
        if (!keys.revoke(keyId)) {
            throw new NotFoundException();
        }
        flash.say("The key is revoked: calls with it are refused from now on.");
        return Pages.redirect("/operator/keys");
    }

    private List<Row> rows() {
        return keys.keys().stream().map(key -> new Row(key, nameOf(key.createdBy()))).toList();
    }

    private String nameOf(long userId) {
        return identity.user(userId).map(User::name).orElse("");
    }
}
