package app

// setUpgrades registers the handler of each planned upgrade and, where it adds or removes stores, the store loader.
// A handler stays for ever: a node that replays old blocks needs it. There was no upgrade yet.
func (app *App) setUpgrades() {}
