/**
 * Examples of tasks, read from files.
 *
 * <pre>{@code
 * Corpus glue = GlueTask.SST_2.in(folder);               // a task of GLUE, by its files
 * Corpus own = Tables.in(folder, TableOptions.ofText("sentence").withLabel("topic"));
 * Corpus topics = WordNetTask.NOUNS.in(jar);             // from Maven Central
 *
 * Dataset dev = glue.split(Split.DEV).withLabels(id2label);
 * try (ExampleReader reader = dev.read()) {              // in order, one at a time
 *   while (reader.next() instanceof Example example) { ... }
 * }
 * try (IndexedDataset train = glue.split(Split.TRAIN).index()) {
 *   for (int row : Shuffle.order(train.size(), seed)) {  // in any order, read when it is asked for
 *     Example example = train.get(row);
 *   }
 * }
 * }</pre>
 *
 * <p>{@link dev.bantam.kd.data.Task} says what is asked: the labels by index, the columns of the
 * texts, the metrics. Files are never held in memory; an index of one has 8 bytes a row. Labels are
 * matched by name, never by position. Errors are {@link dev.bantam.kd.data.DataFormatException}s of
 * one line that name the file, the line, and what was expected.
 */
@NullMarked
package dev.bantam.kd.data;

import org.jspecify.annotations.NullMarked;
