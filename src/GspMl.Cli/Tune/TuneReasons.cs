using GspMl.Cli.Text;

namespace GspMl.Cli.Tune;

/// <summary>Why a tuning ended with the state that it did, and what it left alone.</summary>
internal static class TuneReasons
{
    public static IEnumerable<string> Of(TuningSummary tuning)
    {
        yield return $"outputs were compared by the {tuning.Loss}";
        yield return double.IsNaN(tuning.LossAfter) ? "no rows were held back: the last state is the result"
            : $"of {Format.Count(tuning.Epochs.Count - 1, "epoch")}, the state after {tuning.BestEpoch} has the least loss on rows held "
                + $"back ({tuning.LossAfter:G4})";
        foreach (var tensor in tuning.LeftAlone) yield return $"{tensor.Name} is not trained: {tensor.Reason}";
        if (tuning.Note.Length > 0) yield return tuning.Note;
    }
}
