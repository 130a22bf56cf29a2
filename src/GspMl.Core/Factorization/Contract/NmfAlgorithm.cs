namespace GspMl.Factorization;

/// <summary>The algorithms; the sparse ones follow Ohib et al. (TMLR 2022, arXiv 1912.03896), section 4.3.</summary>
public enum NmfAlgorithm
{
    /// <summary>Accelerated hierarchical alternating least squares (Gillis and Glineur 2012). No sparsity is imposed.</summary>
    AHals,

    /// <summary>Nesterov's fast gradient on either factor in turn (Guan et al. 2012). No sparsity is imposed.</summary>
    NeNmf,

    /// <summary>A-HALS with an ℓ1 penalty on each column, adapted until the average sparsity is reached.</summary>
    L1AHals,

    /// <summary>Fast gradient, each step projected by GSP on all columns together; with feature weights this is WSNMF.</summary>
    Psnmf,

    /// <summary>The same, with every column projected alone: each has the wanted sparsity, not only their average.</summary>
    CPsnmf,
}
