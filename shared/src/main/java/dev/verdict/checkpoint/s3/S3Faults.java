package dev.verdict.checkpoint.s3;

import dev.verdict.checkpoint.CheckpointException;
import dev.verdict.checkpoint.CheckpointSettings;
import dev.verdict.checkpoint.StoreException;
import dev.verdict.checkpoint.StoreException.Kind;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** What went wrong with S3, in one sentence that says what to do. */
final class S3Faults {
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int REDIRECT = 301;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  private final String store;
  private final String bucket;
  private final CheckpointSettings.S3 settings;

  /**
   * @param store for people
   */
  S3Faults(String store, String bucket, CheckpointSettings.S3 settings) {
    this.store = store;
    this.bucket = bucket;
    this.settings = settings;
  }

  /**
   * The fault in words.
   *
   * @param key of the object that was asked for
   * @return a {@link CheckpointException} if the object is not there
   */
  IOException of(SdkException fault, String key) {
    return fault instanceof AwsServiceException answer ? answered(answer, key) : unanswered(fault);
  }

  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  private IOException answered(AwsServiceException fault, String key) {
    String code =
        Optional.ofNullable(fault.awsErrorDetails()).map(AwsErrorDetails::errorCode).orElse("");
    int status = fault.statusCode();
    if (code.equals("NoSuchBucket")) {
      return refused(fault, "there is no bucket " + bucket);
    }
    if (code.equals("NoSuchKey") || (status == NOT_FOUND && !key.isEmpty())) {
      return new CheckpointException(
          "Checkpoint s3://%s/%s is not there; is checkpoints.dir the trainer's?"
              .formatted(bucket, key));
    }
    return switch (code) {
      case "InvalidAccessKeyId" ->
          refused(fault, "the access key is unknown; check the credentials of this process");
      case "SignatureDoesNotMatch" ->
          refused(fault, "the signature does not match; check the secret key of this process");
      case "ExpiredToken", "InvalidToken", "TokenRefreshRequired" ->
          refused(fault, "the session token is expired or not valid");
      case "RequestTimeTooSkewed" ->
          refused(fault, "the clock of this machine is wrong by more than a quarter of an hour");
      case "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "IllegalLocationConstraintException" ->
          refused(
              fault, "the bucket is in another region; set checkpoints.s3.region: " + said(fault));
      default -> other(fault, status, key);
    };
  }

  private IOException other(AwsServiceException fault, int status, String key) {
    if (status == REDIRECT) {
      return refused(fault, "the bucket is in another region; set checkpoints.s3.region");
    }
    if (status == FORBIDDEN) {
      return refused(
          fault,
          "access to %s is denied to this process (%s)"
              .formatted(key.isEmpty() ? "the bucket" : key, said(fault)));
    }
    boolean busy =
        status >= SERVER_ERROR || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT;
    String answer = "S3 answers %d: %s".formatted(status, said(fault));
    return busy
        ? new StoreException(Kind.UNAVAILABLE, sentence(answer), fault)
        : refused(fault, answer);
  }

  private IOException unanswered(SdkException fault) {
    String message = String.valueOf(fault.getMessage());
    if (message.startsWith("Unable to load credentials")) {
      return refused(
          fault,
          "no credentials are found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or"
              + " a role of the machine");
    }
    if (message.startsWith("Unable to load region")) {
      return refused(fault, "no region is found; set checkpoints.s3.region or AWS_REGION");
    }
    if (fault instanceof ApiCallAttemptTimeoutException
        || fault instanceof ApiCallTimeoutException) {
      return new StoreException(
          Kind.UNAVAILABLE,
          sentence(
              "no answer within %d ms (checkpoints.s3.timeout.ms), or a transfer slower than 64 KiB/s"
                  .formatted(settings.timeout().toMillis())),
          fault);
    }
    return new StoreException(Kind.UNAVAILABLE, sentence("not reached: " + root(fault)), fault);
  }

  private StoreException refused(SdkException fault, String reason) {
    return new StoreException(Kind.REFUSED, sentence(reason), fault);
  }

  private String sentence(String reason) {
    return "Checkpoint store " + store + ": " + reason;
  }

  private static String said(AwsServiceException fault) {
    AwsErrorDetails details = fault.awsErrorDetails();
    if (details == null || details.errorCode() == null) {
      return "status " + fault.statusCode();
    }
    String message = details.errorMessage();
    return message == null || message.isBlank()
        ? details.errorCode()
        : details.errorCode() + ", " + firstLine(message);
  }

  /** The innermost cause says what happened. */
  private static String root(Throwable fault) {
    Throwable cause = fault;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return cause instanceof UnknownHostException
        ? "unknown host " + firstLine(message)
        : firstLine(message);
  }

  private static String firstLine(String message) {
    String line = message.lines().findFirst().orElse("");
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
