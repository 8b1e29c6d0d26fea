package dev.scrip.console;

import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Of what and of whom a page shows usage, beside the days; what is empty does not narrow.
 *
 * @param memberId the user whose keys the requests came with, as limits count them
 * @param endUser whom the requests name as their user, exactly
 */
public record UsageOf(
        Optional<String> model,
        Optional<Long> projectId,
        Optional<Long> apiKeyId,
        Optional<Long> memberId,
        Optional<String> endUser) {

    static final UsageOf EVERYTHING =
            new UsageOf(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    /** Reads the address; what cannot be understood is left out, with a sentence about it. */
    static UsageOf read(MultivaluedMap<String, String> parameters, List<String> notices) {
        return new UsageOf(
                UsageFilter.value(parameters, "model"),
                id(parameters, "project", Project.PREFIX, notices),
                id(parameters, "key", ApiKey.PREFIX, notices),
                id(parameters, "member", LimitSubjects.MEMBER_PREFIX, notices),
                // As it was sent: a name may begin or end with a space.
                Optional.ofNullable(parameters.getFirst(LimitSubjects.END_USER))
                        .filter(typed -> !typed.isEmpty()));
    }

    private static Optional<Long> id(
            MultivaluedMap<String, String> parameters,
            String name,
            String prefix,
            List<String> notices) {
        Optional<String> typed = UsageFilter.value(parameters, name);
        Optional<Long> id = typed.flatMap(printed -> Ids.parse(prefix, printed));
        if (typed.isPresent() && id.isEmpty()) {
            notices.add(
                    "There is no %s “%s”; usage of all of them is shown."
                            .formatted(name, typed.get()));
        }
        return id;
    }

    /** What {@link #read} reads, to be put behind an address that has parameters already. */
    String address() {
        StringBuilder address = new StringBuilder();
        projectId.ifPresent(id -> append(address, "project", Ids.print(Project.PREFIX, id)));
        apiKeyId.ifPresent(id -> append(address, "key", Ids.print(ApiKey.PREFIX, id)));
        memberId.ifPresent(
                id -> append(address, "member", Ids.print(LimitSubjects.MEMBER_PREFIX, id)));
        endUser.ifPresent(name -> append(address, LimitSubjects.END_USER, name));
        model.ifPresent(name -> append(address, "model", name));
        return address.toString();
    }

    private static void append(StringBuilder address, String name, String value) {
        address.append('&').append(UsageFilter.parameter(name, value));
    }

    public boolean isNarrowed() {
        return !equals(EVERYTHING);
    }

    /**
     * The keys whose requests are shown; empty: those of all, and requests without a key.
     *
     * @param keys all of the organization, the revoked ones too: a key has one owner for ever
     */
    Optional<Set<Long>> apiKeyIds(List<ApiKey> keys) {
        if (memberId.isEmpty()) {
            return apiKeyId.map(Set::of);
        }
        return Optional.of(
                keys.stream()
                        .filter(key -> key.createdBy() == memberId.get())
                        .map(ApiKey::id)
                        .filter(id -> apiKeyId.isEmpty() || apiKeyId.get().equals(id))
                        .collect(Collectors.toSet()));
    }

    UsageOf ofModel(String name) {
        return new UsageOf(Optional.of(name), projectId, apiKeyId, memberId, endUser);
    }

    UsageOf ofProject(long id) {
        return new UsageOf(model, Optional.of(id), apiKeyId, memberId, endUser);
    }

    UsageOf ofKey(long id) {
        return new UsageOf(model, projectId, Optional.of(id), memberId, endUser);
    }

    UsageOf ofMember(long id) {
        return new UsageOf(model, projectId, apiKeyId, Optional.of(id), endUser);
    }

    UsageOf ofEndUser(String name) {
        return new UsageOf(model, projectId, apiKeyId, memberId, Optional.of(name));
    }
}
