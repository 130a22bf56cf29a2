using System.Runtime.CompilerServices;
using GspMl.Projection;

namespace GspMl.Onnx.Collections;

/// <summary>What a property of an options record may be; the errors name the property.</summary>
internal static class Require
{
    /// <exception cref="ArgumentException">Nothing was assigned to the target.</exception>
    public static void Set(SparsityTarget target, [CallerArgumentExpression(nameof(target))] string property = "")
    {
        if (!target.IsSet)
            throw new ArgumentException(
                $"{property} is not set; there are {nameof(SparsityTarget)}.{nameof(SparsityTarget.Hoyer)} and "
                + $"{nameof(SparsityTarget.Zeros)}.", property);
    }

    /// <exception cref="ArgumentOutOfRangeException">The enumeration has no such member.</exception>
    public static void Defined<T>(T value, [CallerArgumentExpression(nameof(value))] string property = "") where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentOutOfRangeException(property,
                value, $"{property} {value} does not exist; there are {string.Join(", ", Enum.GetNames<T>())}.");
    }

    /// <exception cref="ArgumentOutOfRangeException">The number is less than <paramref name="least"/>.</exception>
    public static void AtLeast(int least, int value, [CallerArgumentExpression(nameof(value))] string property = "")
    {
        if (value < least) throw new ArgumentOutOfRangeException(property, value, $"{property} is {value}; it is at least {least}.");
    }

    /// <exception cref="ArgumentOutOfRangeException">The number is negative, infinite or none.</exception>
    public static void NotNegative(double value, [CallerArgumentExpression(nameof(value))] string property = "")
    {
        if (!(value >= 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(property, value, $"{property} is {value}; it is at least 0 and finite.");
    }

    /// <exception cref="ArgumentOutOfRangeException">The number does not lie in [0,1].</exception>
    public static void Fraction(double value, [CallerArgumentExpression(nameof(value))] string property = "")
    {
        if (!(value is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(property, value, $"{property} is {value}; it lies between 0 and 1.");
    }

    /// <exception cref="ArgumentOutOfRangeException">The number is not positive, infinite or none.</exception>
    public static void Positive(double value, [CallerArgumentExpression(nameof(value))] string property = "")
    {
        if (!(value > 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(property, value, $"{property} is {value}; it is positive and finite.");
    }

    /// <exception cref="ArgumentNullException">The list is null.</exception>
    /// <exception cref="ArgumentException">One of its entries is null.</exception>
    public static void Entries<T>(IReadOnlyList<T> value, [CallerArgumentExpression(nameof(value))] string property = "")
    {
        ArgumentNullException.ThrowIfNull(value, property);
        if (value.Any(entry => entry is null)) throw new ArgumentException($"{property} holds null.", property);
    }
}
