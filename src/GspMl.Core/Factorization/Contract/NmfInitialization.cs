namespace GspMl.Factorization;

/// <summary>How the factors start when none are given.</summary>
public enum NmfInitialization
{
    /// <summary>Uniform in [0, 1) from the seed, then scaled so that C·Bᵀ is as near to X as a multiple of it can be.</summary>
    Random,

    /// <summary>
    /// Non-negative double singular value decomposition (Boutsidis and Gallopoulos 2008). Columns beyond min(samples, features), for which
    /// X has no singular vectors, start at random.
    /// </summary>
    Nndsvd,

    /// <summary>The same with zeros filled by the mean of X, for algorithms that cannot leave a zero.</summary>
    NndsvdA,
}
