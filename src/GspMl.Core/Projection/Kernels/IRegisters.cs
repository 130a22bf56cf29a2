using System.Numerics;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Registers of one width, for entries of one type; a type parameter of the sweeps, so that they are written once. What is here is made of
/// other instructions in each width: a comparison of 64 bytes gives a mask, one of 32 a register.
/// </summary>
/// <typeparam name="T">The entries.</typeparam>
/// <typeparam name="TRegister">A register of them.</typeparam>
internal unsafe interface IRegisters<T, TRegister>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRegister : unmanaged
{
    /// <summary>Entries of a register.</summary>
    static abstract int Count { get; }

    /// <summary>Registers that are looked at together, two or four: sixteen doubles, or 32 floats.</summary>
    static abstract int Group { get; }

    /// <summary>A register of equal entries.</summary>
    static abstract TRegister Create(T value);

    /// <summary>A register's entries, wherever they lie.</summary>
    static abstract TRegister Load(T* from);

    /// <summary>The lanes from a number on; the others are 0.</summary>
    static abstract TRegister From(TRegister values, int first);

    /// <summary>The sum of two.</summary>
    static abstract TRegister Sum(TRegister a, TRegister b);

    /// <summary>Sums as four doubles.</summary>
    static abstract Vector256<double> Widened(TRegister sums);

    /// <summary>The larger of the largest magnitude and those of some entries; what is no number may be lost.</summary>
    static abstract TRegister Larger(TRegister largest, TRegister values);

    /// <summary>The largest of magnitudes.</summary>
    static abstract double Largest(TRegister largest);

    /// <summary>Adds what exceeds a threshold.</summary>
    /// <param name="values">The entries.</param>
    /// <param name="threshold">The threshold.</param>
    /// <param name="p">Excesses, which may be added or subtracted; no number if an entry is none.</param>
    /// <param name="q">Their squares.</param>
    /// <returns>A bit for each entry that does.</returns>
    static abstract uint Add(TRegister values, TRegister threshold, ref TRegister p, ref TRegister q);

    /// <summary>The same of a threshold times weights; excesses are weighted, and squares of the support's weights are added.</summary>
    static abstract uint Add(TRegister values, TRegister weights, TRegister threshold, ref TRegister p, ref TRegister q, ref TRegister w);

    /// <summary>A bit for each entry whose magnitude exceeds a threshold.</summary>
    static abstract uint Over(TRegister values, TRegister threshold);

    /// <summary>The same of a threshold times weights; of floats a bit for each that may exceed it.</summary>
    /// <param name="values">The entries.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="threshold">The threshold.</param>
    /// <param name="least">Of floats: how much an excess has to be.</param>
    static abstract uint Over(TRegister values, TRegister weights, TRegister threshold, TRegister least);

    /// <summary>Stores the entries between two thresholds side by side. All of a register's places may be written to.</summary>
    /// <param name="values">The entries.</param>
    /// <param name="low">The lower threshold.</param>
    /// <param name="high">The upper one.</param>
    /// <param name="bits">A bit for each that lies between.</param>
    /// <param name="to">Where they go.</param>
    static abstract void Pack(TRegister values, TRegister low, TRegister high, uint bits, T* to);

    /// <summary>The same of thresholds times weights, which are stored too.</summary>
    static abstract void Pack(TRegister values, TRegister weights, TRegister low, TRegister least, TRegister high, uint bits, T* to,
        T* weightsTo);
}
