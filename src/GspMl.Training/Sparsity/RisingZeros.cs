namespace GspMl.Training.Sparsity;

/// <summary>Zeros that rise fast at first and slowly at the end: from z₀ to z by z + (z₀ − z)·(1 − t)³ (Zhu and Gupta 2017).</summary>
internal static class RisingZeros
{
    public static double At(double from, double to, double part) => to + ((from - to) * Math.Pow(1 - Math.Clamp(part, 0, 1), 3));
}
