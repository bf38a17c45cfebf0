# Microseconds of a leapfrog step of Stan's NUTS on a model and data of ours.
# usage: Rscript leapfrog.R FOLDER WORKLOAD        reads FOLDER/WORKLOAD.csv, keeps the compiled model there, prints one JSON line
suppressMessages(library(rstan))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
workload <- arguments[2]
table <- as.matrix(read.csv(file.path(folder, paste0(workload, ".csv")), header = FALSE))
models <- list(
  stochastic_volatility = "
    data { int T; vector[T] y; }
    parameters { real mu; real<lower=0, upper=1> phi; real<lower=0> sigma; vector[T] z; real level; }
    transformed parameters {
      vector[T] h = z * sigma;
      h[1] = h[1] / sqrt(1 - phi * phi);
      h = h + mu;
      for (t in 2:T) h[t] = h[t] + phi * (h[t - 1] - mu);
    }
    model {
      mu ~ normal(-8, 2); phi ~ beta(20, 1.5); sigma ~ exponential(5); z ~ std_normal(); level ~ normal(0, 0.001);
      y ~ normal(level, exp(h / 2));
    }",
  logistic = "
    data { int N; int D; matrix[N, D] X; int y[N]; }
    parameters { vector[D] w; }
    model { w ~ normal(0, sqrt(10)); y ~ bernoulli_logit_glm(X, 0, w); }"
)
data <- if (workload == "logistic") {
  last <- ncol(table)
  list(N = nrow(table), D = last - 1, X = table[, -last], y = as.integer(table[, last]))
} else {
  list(T = nrow(table), y = table[, 1])
}
kept <- file.path(folder, paste0(workload, ".rds"))
started <- proc.time()[3]
compiled <- if (file.exists(kept)) readRDS(kept) else NULL
if (is.null(compiled)) {
  compiled <- stan_model(model_code = models[[workload]])
  saveRDS(compiled, kept)
}
compiling <- proc.time()[3] - started
fit <- sampling(compiled, data = data, chains = 1, iter = 300, warmup = 200, seed = 1, refresh = 0, init = 0)
seconds <- get_elapsed_time(fit)
steps <- sum(get_num_leapfrog_per_iteration(fit))
cat(sprintf('{"workload": "%s", "leapfrog_s": %.9g, "leapfrogs": %d, "compile_s": %.3g}\n',
            workload, seconds[2] / steps, steps, compiling))
