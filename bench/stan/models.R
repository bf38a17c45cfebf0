# Stan's models of the workloads, their data from our files, and the compiled model, which is kept beside the data.
suppressMessages(library(rstan))
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
# Data as a model's blocks want them.
read_data <- function(folder, workload) {
  table <- as.matrix(read.csv(file.path(folder, paste0(workload, ".csv")), header = FALSE))
  if (workload == "logistic") {
    last <- ncol(table)
    list(N = nrow(table), D = last - 1, X = table[, -last], y = as.integer(table[, last]))
  } else {
    list(T = nrow(table), y = table[, 1])
  }
}
compiled_model <- function(folder, workload) {
  kept <- file.path(folder, paste0(workload, ".rds"))
  compiled <- if (file.exists(kept)) readRDS(kept) else NULL
  if (is.null(compiled)) {
    compiled <- stan_model(model_code = models[[workload]])
    saveRDS(compiled, kept)
  }
  compiled
}
