# Draws of JAGS's Gibbs sampler on data of ours, chain after chain on one core.
# usage: Rscript draws.R FOLDER WORKLOAD CHAINS WARMUP DRAWS
# Reads FOLDER/WORKLOAD.csv, writes the draws of the numbers named below to FOLDER/WORKLOAD.draws.csv (a row a draw, chain after chain) and
# prints one JSON line: processor seconds of warm-up and of the draws. Adaptation counts as warm-up, compiling the graph does not.
suppressMessages(library(rjags))
load.module("glm", quiet = TRUE)
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
workload <- arguments[2]
sizes <- as.integer(arguments[3:5])
x <- as.matrix(read.csv(file.path(folder, paste0(workload, ".csv")), header = FALSE))
models <- list(
  gibbs_mixture = list(
    text = "model {
      for (n in 1:N) {
        z[n] ~ dcat(pi)
        x[n, 1:D] ~ dmnorm(mu[z[n], 1:D], Lambda[z[n], 1:D, 1:D])
      }
      pi ~ ddirch(alpha)
      for (k in 1:K) {
        Lambda[k, 1:D, 1:D] ~ dwish(R, D)
        P[k, 1:D, 1:D] <- Lambda[k, 1:D, 1:D]
        mu[k, 1:D] ~ dmnorm(m0, P[k, 1:D, 1:D])
      }
    }",
    data = list(x = x, N = nrow(x), D = ncol(x), K = 3, alpha = rep(1, 3), R = diag(ncol(x)), m0 = rep(0, ncol(x))),
    names = c("pi", "mu")
  ),
  gibbs_regimes = list(
    text = "model {
      z[1] ~ dcat(pi)
      x[1] ~ dnorm(mu[z[1], 1], tau[z[1]])
      for (t in 2:T) {
        z[t] ~ dcat(A[z[t - 1], 1:2])
        x[t] ~ dnorm(mu[z[t], 1], tau[z[t]])
      }
      pi ~ ddirch(alpha)
      for (k in 1:2) {
        A[k, 1:2] ~ ddirch(alpha)
        tau[k] ~ dgamma(0.5, 0.5)
        mu[k, 1] ~ dnorm(0, tau[k])
        Sigma[k, 1, 1] <- 1 / tau[k]
      }
    }",
    data = list(x = x[, 1], T = nrow(x), alpha = c(1, 1)),
    names = c("A", "mu", "Sigma")
  ),
  gibbs_factors = list(
    text = "model {
      for (t in 1:T) {
        for (k in 1:K) { f[t, k] ~ dnorm(0, 1) }
        for (n in 1:N) { x[t, n] ~ dnorm(inprod(B[n, 1:K], f[t, 1:K]), tau[n]) }
      }
      for (n in 1:N) {
        for (k in 1:K) { B[n, k] ~ dnorm(0, 1) }
        tau[n] ~ dgamma(1, 1)
        psi[n] <- 1 / tau[n]
      }
    }",
    data = list(x = x, T = nrow(x), N = ncol(x), K = 2),
    names = "psi"
  )
)
chosen <- models[[workload]]
seconds <- function(run) {
  before <- proc.time()
  run()
  sum((proc.time() - before)[1:2])
}
warm <- 0
sampled <- 0
draws <- NULL
for (chain in seq_len(sizes[1])) {
  model <- jags.model(textConnection(chosen$text), chosen$data, n.chains = 1, n.adapt = 0, quiet = TRUE,
                      inits = list(.RNG.name = "base::Mersenne-Twister", .RNG.seed = chain))
  warm <- warm + seconds(function() { adapt(model, sizes[2] %/% 2, end.adaptation = TRUE); update(model, sizes[2] - sizes[2] %/% 2, progress.bar = "none") })
  sampled <- sampled + seconds(function() kept <<- coda.samples(model, chosen$names, sizes[3], progress.bar = "none"))
  draws <- rbind(draws, as.matrix(kept[[1]]))
}
write.table(draws, file.path(folder, paste0(workload, ".draws.csv")), sep = ",", row.names = FALSE)
cat(sprintf('{"warmup_s": %.6g, "sampling_s": %.6g}\n', warm, sampled))
