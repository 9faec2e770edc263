/**
 * Values in Avro with a schema registry: the wire format and the REST API that Confluent's
 * serializers and registry have made common, and that Apicurio, Karapace and Redpanda speak too.
 *
 * @see <a
 *     href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">
 *     Wire format</a>
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">Schema
 *     Registry API</a>
 */
package dev.verdict.contract.avro;
