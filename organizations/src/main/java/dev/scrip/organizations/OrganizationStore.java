package dev.scrip.organizations;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL of organizations, projects and members. */
final class OrganizationStore {

    private OrganizationStore() {}

    static void insert(Handle tx, Organization organization) {
        tx.createUpdate(
                        """
                        INSERT INTO organization (organization_id, name, personal, created_at)
                        VALUES (:id, :name, :personal, :createdAt)
                        """)
                .bindMethods(organization)
                .execute();
    }

    static void insert(Handle tx, Project project) {
        tx.createUpdate(
                        """
                        INSERT INTO project (organization_id, project_id, name, is_default, created_at)
                        VALUES (:organizationId, :id, :name, :isDefault, :createdAt)
                        """)
                .bindMethods(project)
                .execute();
    }

    /** Enters a member in both tables. */
    static void insert(Handle tx, Membership membership) {
        tx.createUpdate(
                        """
                        INSERT INTO member (organization_id, user_id, role, joined_at)
                        VALUES (:organizationId, :userId, :role, :joinedAt)
                        """)
                .bind("organizationId", membership.organization().id())
                .bind("userId", membership.userId())
                .bind("role", membership.role().name())
                .bind("joinedAt", membership.organization().createdAt())
                .execute();
        tx.createUpdate(
                        """
                        INSERT INTO membership (user_id, organization_id)
                        VALUES (:userId, :organizationId)
                        """)
                .bind("userId", membership.userId())
                .bind("organizationId", membership.organization().id())
                .execute();
    }

    static Optional<Organization> organization(Handle handle, long organizationId) {
        return handle.createQuery(
                        """
                        SELECT organization_id, name, personal, created_at
                          FROM organization
                         WHERE organization_id = :organizationId
                        """)
                .bind("organizationId", organizationId)
                .map((row, context) -> organization(row))
                .findOne();
    }

    static List<Organization> organizations(Handle handle, long beforeId, int limit) {
        return handle.createQuery(
                        """
                        SELECT organization_id, name, personal, created_at
                          FROM organization
                         WHERE organization_id < :beforeId
                         ORDER BY organization_id DESC
                         LIMIT :limit
                        """)
                .bind("beforeId", beforeId)
                .bind("limit", limit)
                .map((row, context) -> organization(row))
                .list();
    }

    static List<Long> organizationsOf(Handle handle, long userId) {
        return handle.createQuery(
                        """
                        SELECT organization_id FROM membership WHERE user_id = :userId
                        """)
                .bind("userId", userId)
                .mapTo(Long.class)
                .list();
    }

    /** A user's places in the given organizations, by name. */
    static List<Membership> memberships(Handle handle, long userId, List<Long> organizationIds) {
        return handle.createQuery(
                        """
                        SELECT organization.organization_id, name, personal, created_at, role
                          FROM organization
                          JOIN member
                            ON member.organization_id = organization.organization_id
                         WHERE organization.organization_id = ANY(:organizationIds)
                           AND member.organization_id = ANY(:organizationIds)
                           AND user_id = :userId
                         ORDER BY lower(name), organization.organization_id
                        """)
                .bindArray("organizationIds", Long.class, organizationIds)
                .bind("userId", userId)
                .map(
                        (row, context) ->
                                new Membership(
                                        organization(row),
                                        userId,
                                        Role.valueOf(row.getString("role"))))
                .list();
    }

    static List<Long> membersInRole(Handle handle, long organizationId, List<Role> roles) {
        return handle.createQuery(
                        """
                        SELECT user_id
                          FROM member
                         WHERE organization_id = :organizationId
                           AND role = ANY(:roles)
                         ORDER BY user_id
                        """)
                .bind("organizationId", organizationId)
                .bindArray("roles", String.class, roles.stream().map(Role::name).toList())
                .mapTo(Long.class)
                .list();
    }

    static List<Project> projects(Handle handle, long organizationId) {
        return handle.createQuery(
                        """
                        SELECT project_id, name, is_default, created_at
                          FROM project
                         WHERE organization_id = :organizationId
                         ORDER BY is_default DESC, lower(name), project_id
                        """)
                .bind("organizationId", organizationId)
                .map(
                        (row, context) ->
                                new Project(
                                        organizationId,
                                        row.getLong("project_id"),
                                        row.getString("name"),
                                        row.getBoolean("is_default"),
                                        row.getTimestamp("created_at").toInstant()))
                .list();
    }

    static boolean hasProject(Handle handle, long organizationId, long projectId) {
        return handle.createQuery(
                        """
                        SELECT EXISTS (
                            SELECT FROM project
                             WHERE organization_id = :organizationId
                               AND project_id = :projectId)
                        """)
                .bind("organizationId", organizationId)
                .bind("projectId", projectId)
                .mapTo(Boolean.class)
                .one();
    }

    private static Organization organization(ResultSet row) throws SQLException {
        return new Organization(
                row.getLong("organization_id"),
                row.getString("name"),
                row.getBoolean("personal"),
                row.getTimestamp("created_at").toInstant());
    }
}
