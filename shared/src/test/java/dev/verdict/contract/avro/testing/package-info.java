/** For the tests of every module. */
package dev.verdict.contract.avro.testing;
