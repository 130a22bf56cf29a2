namespace GspMl.Factorization;

/// <summary>Why a factorisation ended.</summary>
public enum NmfEnding
{
    /// <summary>The error fell by less than the tolerance.</summary>
    Converged,

    /// <summary>All iterations were made.</summary>
    MaxIterations,

    /// <summary>The time was up.</summary>
    MaxTime,
}
