namespace GspMl.ML.Tests;

/// <summary>An option that is refused is named, whatever it is refused for.</summary>
internal static class OptionRefusals
{
    /// <summary>Outside its range, as ML.NET's own components tell it.</summary>
    public static void OutOfRange(string option, Func<object> make) =>
        Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(option, make).ParamName);

    public static void Null(string option, Func<object> make) => Assert.Throws<ArgumentNullException>(option, make);
}
