/**
 * Training of models. The simplest case takes three lines:
 *
 * <pre>{@code
 * Corpus data = GlueTask.SST_2.in(folder);
 * Trainer trainer = Trainer.of(TrainingOptions.defaults().withSeed(1));
 * TrainingResult result = trainer.train(model, data, output);
 * }</pre>
 *
 * <p>{@link dev.bantam.kd.train.TrainingOptions} is the recipe; {@link
 * dev.bantam.kd.train.TrainingListener} is told how it goes. The result is a model folder that this
 * library and transformers load.
 */
@NullMarked
package dev.bantam.kd.train;

import org.jspecify.annotations.NullMarked;
