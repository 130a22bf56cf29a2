namespace GspMl.Factorization;

/// <summary>What becomes of the coefficients that a step fitted.</summary>
public enum ShardVerdict
{
    /// <summary>Nothing is left to be said: there was no step, or a request before this one has said it.</summary>
    Settled,

    /// <summary>They are the best so far, and go on by a part of their move.</summary>
    Accept,

    /// <summary>They stay, but an earlier step's were better.</summary>
    Keep,

    /// <summary>They are given up for the best ones.</summary>
    Reject,
}
