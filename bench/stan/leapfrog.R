# Microseconds of a leapfrog step of Stan's NUTS on a model and data of ours.
# usage: Rscript leapfrog.R FOLDER WORKLOAD        reads FOLDER/WORKLOAD.csv, keeps the compiled model there, prints one JSON line
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "models.R"))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
workload <- arguments[2]
started <- proc.time()[3]
compiled <- compiled_model(folder, workload)
compiling <- proc.time()[3] - started
fit <- sampling(compiled, data = read_data(folder, workload), chains = 1, iter = 300, warmup = 200, seed = 1, refresh = 0, init = 0)
seconds <- get_elapsed_time(fit)
steps <- sum(get_num_leapfrog_per_iteration(fit))
cat(sprintf('{"workload": "%s", "leapfrog_s": %.9g, "leapfrogs": %d, "compile_s": %.3g}\n',
            workload, seconds[2] / steps, steps, compiling))
