# Draws of Stan's NUTS on a model and data of ours, chain after chain on one core.
# usage: Rscript draws.R FOLDER WORKLOAD CHAINS WARMUP DRAWS
# Reads FOLDER/WORKLOAD.csv, writes the scalar parameters' draws to FOLDER/WORKLOAD.draws.csv (a row a draw, chain after chain) and prints
# one JSON line: processor and wall seconds of warm-up and of the draws, leapfrog steps, and the least bulk size by R's posterior.
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "models.R"))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
workload <- arguments[2]
sizes <- as.integer(arguments[3:5])
scalars <- list(stochastic_volatility = c("mu", "phi", "sigma", "level"), logistic = "w")[[workload]]
compiled <- compiled_model(folder, workload)
data <- read_data(folder, workload)
times <- c(warmup = 0, sampling = 0)
processor <- 0
wall <- 0
steps <- c(warmup = 0, sampling = 0)
step_size <- c()
draws <- NULL
for (chain in seq_len(sizes[1])) {
  before <- proc.time()
  fit <- sampling(compiled, data = data, chains = 1, iter = sizes[2] + sizes[3], warmup = sizes[2], seed = chain, refresh = 0, init = 0, pars = scalars)
  after <- proc.time()
  processor <- processor + sum((after - before)[1:2])
  wall <- wall + (after - before)[3]
  times <- times + get_elapsed_time(fit)[1, ]
  parameters <- get_sampler_params(fit, inc_warmup = TRUE)[[1]]
  leapfrogs <- parameters[, "n_leapfrog__"]
  steps <- steps + c(sum(leapfrogs[seq_len(sizes[2])]), sum(leapfrogs[-seq_len(sizes[2])]))
  step_size <- c(step_size, parameters[nrow(parameters), "stepsize__"])
  kept <- as.array(fit)[, 1, ]
  kept <- kept[, colnames(kept) != "lp__", drop = FALSE]
  draws <- rbind(draws, kept)
}
write.table(draws, file.path(folder, paste0(workload, ".draws.csv")), sep = ",", row.names = FALSE, col.names = FALSE)
bulk <- if (requireNamespace("posterior", quietly = TRUE)) {
  min(apply(draws, 2, function(x) posterior::ess_bulk(matrix(x, ncol = sizes[1]))))
} else NA
cat(sprintf('{"warmup_s": %.6g, "sampling_s": %.6g, "processor_s": %.6g, "wall_s": %.6g, "warmup_leapfrogs": %d, "sampling_leapfrogs": %d, "step_size": %.6g, "bulk": %s}\n',
            times["warmup"], times["sampling"], processor, wall, as.integer(steps["warmup"]), as.integer(steps["sampling"]), mean(step_size),
            ifelse(is.na(bulk), "null", sprintf("%.12g", bulk))))
