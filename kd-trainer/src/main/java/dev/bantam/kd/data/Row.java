package dev.bantam.kd.data;

import org.jspecify.annotations.Nullable;

/**
 * What is read of a row.
 *
 * @param start offset in bytes
 * @param line number of its first line, from 1
 */
record Row(long start, long line, String text, @Nullable String pair, @Nullable String label) {}
