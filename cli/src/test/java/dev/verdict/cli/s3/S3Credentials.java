package dev.verdict.cli.s3;

/** Where the SDK looks first for the credentials of this process. */
final class S3Credentials {
  private S3Credentials() {}

  static void set() {
    System.setProperty("aws.accessKeyId", S3Server.ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", S3Server.SECRET_KEY);
  }

  static void clear() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }
}
