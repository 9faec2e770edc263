/** What each service and verb may do at the brokers: declared once, printed, checked, explained. */
package dev.verdict.registry.access;
