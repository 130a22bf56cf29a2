namespace GspMl.ML.Fitted;

/// <summary>A component that writes its graph with the names that it is given.</summary>
internal interface IGraphComponent
{
    /// <summary>The graph for any number of rows: inputs [rows, size], outputs [rows, size].</summary>
    byte[] ToBatchModel(Func<string, string> inputName, Func<string, string> outputName);
}
