package keeper

import (
	"context"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
)

// The authority over the network changes hands in two steps, so that it never ends at an address that cannot sign.

func (s msgServer) ProposeNetworkAuthority(ctx context.Context, msg *valsetv1.MsgProposeNetworkAuthority) (*valsetv1.MsgProposeNetworkAuthorityResponse, error) {
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	address, err := s.actors.CheckActor(ctx, msg.NewAuthority)
	if err != nil {
		return nil, err
	}
	if msg.NewAuthority == msg.Authority {
		err = s.offer.Remove(ctx)
	} else {
		s.createAccount(ctx, address)
		err = s.offer.Set(ctx, msg.NewAuthority)
	}
	if err != nil {
		return nil, err
	}
	return &valsetv1.MsgProposeNetworkAuthorityResponse{}, emit(ctx, &valsetv1.EventNetworkAuthorityProposed{})
}

func (s msgServer) AcceptNetworkAuthority(ctx context.Context, msg *valsetv1.MsgAcceptNetworkAuthority) (*valsetv1.MsgAcceptNetworkAuthorityResponse, error) {
	if err := s.requireOffered(ctx, msg.Authority); err != nil {
		return nil, err
	}
	// The address may have become another's since it was named.
	if _, err := s.actors.CheckActor(ctx, msg.Authority); err != nil {
		return nil, err
	}
	if err := s.network.SetNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	if err := s.offer.Remove(ctx); err != nil {
		return nil, err
	}
	return &valsetv1.MsgAcceptNetworkAuthorityResponse{}, emit(ctx, &valsetv1.EventNetworkAuthorityAccepted{})
}
