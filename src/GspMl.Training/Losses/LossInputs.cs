namespace GspMl.Training.Losses;

/// <summary>The names under which a training graph takes what is wanted.</summary>
internal static class LossInputs
{
    /// <summary>What each row counts, one number each; they add up to 1, and copies that fill a batch up count nothing.</summary>
    public const string Rows = "training/rows";

    /// <summary>The class of each row as [rows, classes], 1 at the right one.</summary>
    public const string Labels = "training/labels";

    /// <summary>The teacher's output.</summary>
    public static string Target(string output) => $"training/target/{output}";
}
