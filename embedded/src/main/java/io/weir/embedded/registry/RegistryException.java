package io.weir.embedded.registry;

/** A refusal in the terms of the REST contract: HTTP status, error code, message for the caller. */
final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final int errorCode;

    private RegistryException(int status, int errorCode, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.errorCode = errorCode;
    }

    int status() {
        return status;
    }

    int errorCode() {
        return errorCode;
    }

    /** An error without a code of its own: the code repeats the status. */
    static RegistryException ofStatus(int status, String message) {
        return new RegistryException(status, status, message, null);
    }

    static RegistryException subjectNotFound(String subject) {
        return new RegistryException(404, 40401, "Subject '" + subject + "' not found.", null);
    }

    static RegistryException versionNotFound(String version) {
        return new RegistryException(404, 40402, "Version " + version + " not found.", null);
    }

    static RegistryException schemaNotFound(String what) {
        return new RegistryException(404, 40403, what + " not found.", null);
    }

    static RegistryException subjectSoftDeleted(String subject) {
        return new RegistryException(
                404,
                40404,
                "Subject '" + subject + "' is soft deleted already; permanent=true removes it for good.",
                null);
    }

    static RegistryException subjectNotSoftDeleted(String subject) {
        return new RegistryException(
                404, 40405, "Subject '" + subject + "' must be soft deleted before it is deleted for good.", null);
    }

    static RegistryException versionSoftDeleted(String subject, int version) {
        return new RegistryException(
                404,
                40406,
                "Version " + version + " of subject '" + subject
                        + "' is soft deleted already; permanent=true removes it for good.",
                null);
    }

    static RegistryException versionNotSoftDeleted(String subject, int version) {
        return new RegistryException(
                404,
                40407,
                "Version " + version + " of subject '" + subject
                        + "' must be soft deleted before it is deleted for good.",
                null);
    }

    static RegistryException noSubjectConfig(String subject) {
        return new RegistryException(
                404, 40408, "Subject '" + subject + "' has no compatibility level of its own.", null);
    }

    static RegistryException noSubjectMode(String subject) {
        return new RegistryException(404, 40409, "Subject '" + subject + "' has no mode of its own.", null);
    }

    static RegistryException incompatible(String subject, String details) {
        return new RegistryException(
                409,
                409,
                "The schema is incompatible with an earlier version in subject '" + subject + "': " + details,
                null);
    }

    static RegistryException invalidSchema(String why) {
        return new RegistryException(422, 42201, "Invalid schema: " + why, null);
    }

    static RegistryException invalidVersion(String version) {
        return new RegistryException(
                422, 42202, "Version '" + version + "' is neither a number from 1 to 2147483647 nor \"latest\".", null);
    }

    static RegistryException invalidLevel(String level) {
        return new RegistryException(
                422,
                42203,
                "Compatibility level '" + level + "' is none of NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD,"
                        + " FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE.",
                null);
    }

    static RegistryException invalidMode(String mode) {
        return new RegistryException(
                422,
                42204,
                "Mode '" + mode + "' is none of READWRITE, READONLY, READONLY_OVERRIDE; this registry has no IMPORT.",
                null);
    }

    static RegistryException notPermitted(String why) {
        return new RegistryException(422, 42205, why, null);
    }

    static RegistryException referenced(String subject, int version) {
        return new RegistryException(
                422,
                42206,
                "Version " + version + " of subject '" + subject + "' is referenced by other schemas.",
                null);
    }

    static RegistryException invalidSubject(String subject) {
        return new RegistryException(422, 42208, "'" + subject + "' is not a valid subject name.", null);
    }

    static RegistryException storeFailed(String why, Throwable cause) {
        return new RegistryException(500, 50001, why, cause);
    }

    static RegistryException storeTimedOut(String why, Throwable cause) {
        return new RegistryException(500, 50002, why, cause);
    }
}
